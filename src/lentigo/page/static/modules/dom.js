// Elements made and found. Texts only ever become text nodes: nothing a server or a file name says can be markup.

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element with its class, text, attributes and children: `make("p", {class: "small", text: "..."})`. */
export function make(tag, properties = {}, ...children) {
  const { class: className, text, on, ...attributes } = properties;
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const [event, handler] of Object.entries(on ?? {})) element.addEventListener(event, handler);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A copy of what a `<template>` holds. */
export const copyOf = (id) => document.getElementById(id).content.cloneNode(true);

/** Tell a screen reader what has changed. */
export function announce(text) {
  find("#status").textContent = text;
}

export const isMotionReduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
